/// The published systems as the command line offers them: what goes into each, what comes out,
/// which weights it takes, and the sequences that it puts together.
@NullMarked
package dev.tessera.cli.recipe;

import org.jspecify.annotations.NullMarked;
