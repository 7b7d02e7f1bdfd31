import Testing
import Weft

/// The program of the guide "Serving".
@Test func theProgramOfTheServingGuide() async {
  await #expect(processExitsWith: .success) {
    // Program:
    /// Answers one request after another; whoever asks waits for its turn.
    actor Classifier {
      private let model: Module

      init(seed: UInt64) {
        Random.seed(seed)
        model = Sequential {
          Flatten(); Linear(64, 10)
        }  // and in earnest: try model.load(from: path)
        model.eval()
      }

      /// - Throws: `TensorError` for pixels that are no image of 8x8.
      func digit(_ pixels: [Float]) throws -> (digit: Int, probability: Float) {
        let image = try Tensor(checking: pixels, shape: [1, 1, 8, 8])
        let shares = try withTensorErrors { noGrad { model(image).softmax(axis: 1) } }.scalars(as: Float.self)
        let best = shares.indices.max { shares[$0] < shares[$1] } ?? 0
        return (best, shares[best])
      }
    }

    let classifier = Classifier(seed: 7)
    var refused = 0
    for pixels in [[Float](repeating: 0.5, count: 64), [1, 2, 3], []] {
      do { print(try await classifier.digit(pixels)) } catch let error as TensorError {
        print("400: \(error)")
        refused += 1
      }
    }
    // End.
    #expect(refused == 2)
  }
}
