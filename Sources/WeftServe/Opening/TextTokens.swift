import WeftModels
import WeftText

/// What goes wrong in a model by the client's fault, in words for the client.
func refusingInputs<Result>(_ body: () throws -> Result) throws -> Result {
  do { return try body() } catch let error as ModelError where error.code == .input {
    throw RequestRefusal(.unfit, "\(error)")
  } catch let error as TokenizerError { throw RequestRefusal(.unfit, "\(error)") } catch let error as TemplateError {
    throw RequestRefusal(.unfit, "\(error)")
  }
}

/// A tokenizer in the two forms that a server wants: whole, and cut off where the model ends.
struct TextTokens: Sendable {
  private let whole: Tokenizer
  private let cut: Tokenizer
  private let cutAtBeginning: Tokenizer

  init(_ tokenizer: Tokenizer, limit: Int) {
    var tokenizer = tokenizer
    tokenizer.padding = nil
    var cut = tokenizer
    cut.truncation = cut.truncation ?? TokenTruncation(maxLength: limit)
    var beginning = cut
    beginning.truncation?.direction = .left
    tokenizer.truncation = nil
    (whole, self.cut, cutAtBeginning) = (tokenizer, cut, beginning)
  }

  func tokens(of text: String, addsSpecialTokens: Bool) throws -> [TextToken] {
    let encoding = try refusingInputs { try whole.encode(text, addsSpecialTokens: addsSpecialTokens) }
    return encoding.ids.indices.map { place in
      TextToken(
        id: encoding.ids[place], text: encoding.tokens[place], start: encoding.offsets[place].start,
        end: encoding.offsets[place].end, isSpecial: encoding.specialTokensMask[place] != 0)
    }
  }

  func encode(
    _ text: String, pair: String? = nil, addsSpecialTokens: Bool = true, cut side: TextCut
  ) throws -> Encoding {
    try refusingInputs {
      let tokenizer =
        switch side {
        case .none: whole
        case .end: cut
        case .beginning: cutAtBeginning
        }
      return try tokenizer.encode(text, pair: pair, addsSpecialTokens: addsSpecialTokens)
    }
  }
}
