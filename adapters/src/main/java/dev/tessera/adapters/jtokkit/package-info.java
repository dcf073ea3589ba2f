/// The tokenizer behind the interfaces of jtokkit.
@NullMarked
package dev.tessera.adapters.jtokkit;

import org.jspecify.annotations.NullMarked;
