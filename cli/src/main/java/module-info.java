// The `tessera` command. Open, because picocli fills the fields of the commands by reflection.
open module dev.tessera.cli {
  requires dev.tessera.core;
  requires info.picocli;
  requires me.tongfei.progressbar;
  requires static org.jspecify;
}
