import ArgumentParser
import Weft

/// The networks the program can train, by the name they have on the command line and in run folders.
enum Architecture: String, CaseIterable, ExpressibleByArgument {
  case digits
  case mlp
  case cnn
  case lstm

  /// A new network with weights from the process's random generator.
  func build() -> Module {
    switch self {
    case .digits: Self.digitsNetwork()
    case .mlp: Self.perceptron()
    case .cnn: Self.convolutional()
    case .lstm: RowReader()
    }
  }

  /// The shape of one image.
  var imageShape: Shape { self == .digits ? [1, 8, 8] : [1, 28, 28] }

  var defaultEpochs: Int {
    switch self {
    case .digits: 25
    case .mlp, .cnn: 3
    case .lstm: 5
    }
  }

  var peakLearningRate: Double {
    switch self {
    case .digits: 4e-3
    case .mlp: 3e-3
    case .cnn: 3e-3
    case .lstm: 5e-3
    }
  }

  private static func digitsNetwork() -> Module {
    Sequential {
      Conv2d(1, 16, kernelSize: 3, padding: 1); ReLU()
      Conv2d(16, 32, kernelSize: 3, padding: 1); ReLU()
      MaxPool2d(2)
      Flatten()
      Dropout(0.25)
      Linear(32 * 4 * 4, 64); ReLU()
      Linear(64, 10)
    }
  }

  private static func perceptron() -> Module {
    Sequential {
      Flatten()
      Linear(784, 512); ReLU(); Dropout(0.2)
      Linear(512, 256); ReLU()
      Linear(256, 10)
    }
  }

  private static func convolutional() -> Module {
    Sequential {
      Conv2d(1, 32, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
      Conv2d(32, 64, kernelSize: 3, padding: 1); ReLU(); MaxPool2d(2)
      Flatten()
      Dropout(0.25)
      Linear(64 * 7 * 7, 128); ReLU()
      Linear(128, 10)
    }
  }
}

/// Reads an image row by row, as a sequence of 28 steps, and classifies by the last state.
final class RowReader: Module {
  let recurrent = LSTM(28, 128)
  let head = Linear(128, 10)

  override func forward(_ images: Tensor) -> Tensor {
    let rows = images.squeezed(1).transposed(0, 1)  // [28, N, 28]: time first
    let (output, _) = recurrent(rows)
    return head(output.sliced(axis: 0, from: -1).squeezed(0))
  }
}
