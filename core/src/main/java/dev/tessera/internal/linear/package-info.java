/// What backends share to hold the bound of linear layers.
@NullMarked
package dev.tessera.internal.linear;

import org.jspecify.annotations.NullMarked;
