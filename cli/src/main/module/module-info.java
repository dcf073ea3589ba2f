/// The `tessera` command. Open, because picocli fills the commands' fields by reflection.
open module dev.tessera.cli {
  requires dev.tessera.core;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires static org.jspecify;
}
