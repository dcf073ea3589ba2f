/// What the screens of all backends share: coordinates in which float32 is safe, and the proof of
/// how far a score in them can be off. Not for users: exported to this project's kernels alone.
@NullMarked
package dev.tessera.internal.screen;

import org.jspecify.annotations.NullMarked;
