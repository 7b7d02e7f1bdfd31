import Foundation
import WeftData
import WeftTensor

/// The messages of event files (TensorFlow's event.proto and summary.proto), as far as they are written.
enum EventMessages {
  /// An event of now.
  static func event(step: Int? = nil, _ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
    ProtobufWriter { event in
      event.double(1, Date().timeIntervalSince1970)
      if let step { event.integer(2, step) }
      body(&event)
    }.bytes
  }

  /// What begins every file.
  static func version() -> [UInt8] { event { $0.text(3, "brain.Event:2") } }

  /// A value of one tag at a step.
  static func summary(_ tag: String, step: Int?, _ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
    event(step: step) { event in
      event.message(5) { summary in
        summary.message(1) { value in
          value.text(1, tag)
          body(&value)
        }
      }
    }
  }

  static func scalar(_ tag: String, _ number: Double, step: Int) -> [UInt8] {
    summary(tag, step: step) { $0.float(2, Float(number)) }
  }

  static func image(_ tag: String, _ image: Image, step: Int) -> [UInt8] {
    let png = image.png()
    return summary(tag, step: step) { value in
      value.message(4) { message in
        message.integer(1, image.height)
        message.integer(2, image.width)
        message.integer(3, image.channels.rawValue)
        message.data(4, png)
      }
    }
  }

  static func sound(_ tag: String, _ sound: Sound, step: Int) -> [UInt8] {
    let wav = sound.wav()
    return summary(tag, step: step) { value in
      value.message(6) { message in
        message.float(1, Float(sound.sampleRate))
        message.integer(2, sound.channels.count)
        message.integer(3, sound.frameCount)
        message.data(4, wav)
        message.text(5, "audio/wav")
      }
    }
  }

  /// Markdown, as the page of texts shows it.
  static func text(_ tag: String, _ text: String, step: Int) -> [UInt8] {
    summary("\(tag)/text_summary", step: step) { value in
      plugin(&value, "text", [])
      value.message(8) { tensor in
        tensor.integer(1, 7)
        tensor.message(2) { $0.message(2) { $0.integer(1, 1) } }
        tensor.text(8, text)
      }
    }
  }

  /// Which page shows a value.
  static func plugin(_ value: inout ProtobufWriter, _ name: String, _ content: [UInt8]) {
    value.message(9) { metadata in
      metadata.message(1) { plugin in
        plugin.text(1, name)
        plugin.data(2, content)
      }
    }
  }
}
