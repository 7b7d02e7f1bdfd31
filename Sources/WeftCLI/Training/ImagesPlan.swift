import ArgumentParser
import Weft

/// How folders of images are learned: what an image goes through, and the network.
struct ImagesPlan: Codable, Hashable {
  var classes: [String]
  /// Height and width of what the network sees.
  var size: Int
  /// 1 where all images that were looked at are gray, else 3.
  var channels: Int
  var network: ImageNetwork
  var augmentation: Augmentation
  /// The share of the images that are not learned from; nil where they have a folder of their own.
  var validation: Double?
  /// Whether files that cannot be read are left out.
  var skipsUnreadable: Bool
  /// Whether each class is divided by the share of validation; nil of older runs, in which all images were together.
  var dividesByClass: Bool?

  /// How many classes there may be: each pair of them has its count.
  static let mostClasses = 1000
  /// What sizes there may be.
  static let sizes = 16...512

  var problem: String? {
    if !Self.sizes.contains(size) { return "a size of \(size)" }
    if channels != 1 && channels != 3 { return "\(channels) channels" }
    if classes.count < 2 || classes.count > Self.mostClasses { return "\(classes.count) classes" }
    if let validation, !(validation > 0 && validation < 1) { return "a validation share of \(validation)" }
    return nil
  }

  var colors: PNG.Channels { channels == 1 ? .gray : .rgb }
  var normalization: ImageNormalization {
    channels == 1 ? ImageNormalization(means: [0.5], deviations: [0.5]) : .imageNet
  }

  /// What an image goes through, outside training.
  var fitting: [any ImageTransform] { [Resize(shorterSide: size), CenterCrop(width: size, height: size)] }

  /// What it goes through in training.
  var changing: [any ImageTransform] {
    switch augmentation {
    case .none: fitting
    case .shift: fitting + [RandomCrop(width: size, height: size, padding: max(1, size / 8))]
    case .full:
      [
        RandomResizedCrop(width: size, height: size, area: 0.35...1), RandomFlip(),
        ColorJitter(brightness: 0.2, contrast: 0.2, saturation: 0.2),
      ]
    }
  }

  /// A new network with weights from the process's random generator.
  func build() -> Module { network.build(classes: classes.count, channels: channels, size: size) }
}

/// What images are changed by in training.
enum Augmentation: String, Codable, ExpressibleByArgument, CaseIterable {
  /// Nothing; shifts by up to an eighth; parts of random size, mirrored, in other light.
  case none, shift, full
}

/// The networks for images of one's own.
enum ImageNetwork: String, Codable, ExpressibleByArgument, CaseIterable {
  case small, resnet18

  /// The one for images of this size.
  static func suited(to size: Int) -> ImageNetwork { size < 64 ? .small : .resnet18 }

  func build(classes: Int, channels: Int, size: Int) -> Module {
    switch self {
    case .small:
      Sequential {
        Conv2d(channels, 32, kernelSize: 3, padding: 1, bias: false); BatchNorm2d(32); ReLU(); MaxPool2d(2)
        Conv2d(32, 64, kernelSize: 3, padding: 1, bias: false); BatchNorm2d(64); ReLU(); MaxPool2d(2)
        Conv2d(64, 128, kernelSize: 3, padding: 1, bias: false); BatchNorm2d(128); ReLU()
        AdaptiveAvgPool2d(2); Flatten(); Dropout(0.2)
        Linear(128 * 4, classes)
      }
    case .resnet18:
      ResNet(.resNet18, classes: classes, channels: channels, stem: size < 64 ? .small : .large)
    }
  }
}
