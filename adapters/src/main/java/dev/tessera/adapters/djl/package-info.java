/// The tokenizer behind the interfaces of DJL.
@NullMarked
package dev.tessera.adapters.djl;

import org.jspecify.annotations.NullMarked;
