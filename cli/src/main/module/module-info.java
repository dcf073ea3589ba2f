/// The `tessera` command.
module dev.tessera.cli {
  requires dev.tessera.core;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires static org.jspecify;
}
