import WeftText

/// One message of a conversation.
public struct ChatMessage: Hashable, Sendable {
  /// Who speaks: `system`, `user`, `assistant`, or what else the model's template knows.
  public var role: String
  /// What is said.
  public var content: String

  /// A message of a role.
  public init(role: String, content: String) { (self.role, self.content) = (role, content) }

  /// What the model is told to be.
  public static func system(_ content: String) -> ChatMessage { ChatMessage(role: "system", content: content) }
  /// What the user says.
  public static func user(_ content: String) -> ChatMessage { ChatMessage(role: "user", content: content) }
  /// What the model said.
  public static func assistant(_ content: String) -> ChatMessage { ChatMessage(role: "assistant", content: content) }

  /// As templates see it.
  var value: TemplateValue { .dictionary(["role": .string(role), "content": .string(content)]) }
}
