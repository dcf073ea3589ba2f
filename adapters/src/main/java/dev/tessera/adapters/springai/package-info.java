/// The tokenizer behind the interfaces of Spring AI.
@NullMarked
package dev.tessera.adapters.springai;

import org.jspecify.annotations.NullMarked;
