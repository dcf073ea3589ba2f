/// The tokenizer behind the interfaces of LangChain4j.
@NullMarked
package dev.tessera.adapters.langchain4j;

import org.jspecify.annotations.NullMarked;
