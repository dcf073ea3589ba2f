/// The `tessera` command.
module dev.tessera.cli {
  requires com.fasterxml.jackson.core;
  requires dev.tessera.core;
  requires info.picocli;
  requires java.desktop;
  requires java.logging;
  requires me.tongfei.progressbar;
  requires static org.jspecify;

  // It fills the commands' fields by reflection.
  opens dev.tessera.cli to
      info.picocli;
}
