/// Pictures as grids of patches: reading them, cutting them up, putting them together again, and
/// the page that shows the result.
@NullMarked
package dev.tessera.cli.picture;

import org.jspecify.annotations.NullMarked;
