package dev.tessera.adapters.langchain4j;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.TokenCountEstimator;
import dev.tessera.text.BpeTokenizer;
import dev.tessera.text.SpecialTokens;

/// A [BpeTokenizer] as LangChain4j's `TokenCountEstimator`.
///
/// A text's count is exact. What a chat template adds depends on the model: it is counted as a
/// number of tokens a message and a number a conversation, 3 and 3 for OpenAI's models. Pictures,
/// sound and the like have no text and are an error, since no count of theirs would be right.
/// Special tokens are counted as text. Thread-safe. The tokenizer is the caller's to close.
public final class TesseraTokenCountEstimator implements TokenCountEstimator {
  private static final int OPENAI_MESSAGE_TOKENS = 3;
  private static final int OPENAI_CONVERSATION_TOKENS = 3;

  private final BpeTokenizer tokenizer;
  private final int messageTokens;
  private final int conversationTokens;

  /// With the template of OpenAI's chat models.
  public TesseraTokenCountEstimator(BpeTokenizer tokenizer) {
    this(tokenizer, OPENAI_MESSAGE_TOKENS, OPENAI_CONVERSATION_TOKENS);
  }

  /// @param messageTokens what the model's template adds to a message, in tokens
  /// @param conversationTokens what it adds to a conversation, in tokens
  public TesseraTokenCountEstimator(
      BpeTokenizer tokenizer, int messageTokens, int conversationTokens) {
    this.tokenizer = tokenizer;
    this.messageTokens = messageTokens;
    this.conversationTokens = conversationTokens;
  }

  @Override
  public int estimateTokenCountInText(String text) {
    return Math.toIntExact(tokenizer.count(text, SpecialTokens.AS_TEXT));
  }

  /// @throws IllegalArgumentException if the message has contents that are no text; names their
  ///   type
  @Override
  public int estimateTokenCountInMessage(ChatMessage message) {
    int tokens =
        switch (message) {
          case SystemMessage system -> estimateTokenCountInText(system.text());
          case UserMessage user -> count(user);
          case AiMessage answer -> count(answer);
          case ToolExecutionResultMessage result -> estimateTokenCountInText(result.text());
          default ->
              throw new IllegalArgumentException(
                  "a message of type %s has no text to count".formatted(message.type()));
        };
    return messageTokens + tokens;
  }

  @Override
  public int estimateTokenCountInMessages(Iterable<ChatMessage> messages) {
    int tokens = conversationTokens;
    for (ChatMessage message : messages) {
      tokens = Math.addExact(tokens, estimateTokenCountInMessage(message));
    }
    return tokens;
  }

  private int count(UserMessage message) {
    int tokens = message.name() == null ? 0 : estimateTokenCountInText(message.name());
    for (Content content : message.contents()) {
      if (!(content instanceof TextContent text)) {
        throw new IllegalArgumentException(
            "the message has contents of type %s, which have no text to count"
                .formatted(content.type()));
      }
      tokens += estimateTokenCountInText(text.text());
    }
    return tokens;
  }

  private int count(AiMessage message) {
    int tokens = message.text() == null ? 0 : estimateTokenCountInText(message.text());
    for (ToolExecutionRequest request : message.toolExecutionRequests()) {
      tokens += estimateTokenCountInText(request.name());
      tokens += estimateTokenCountInText(request.arguments());
    }
    return tokens;
  }
}
