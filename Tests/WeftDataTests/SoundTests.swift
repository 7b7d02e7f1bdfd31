import Foundation
import TestSupport
import Testing
import Weft

@Suite("Sound")
struct SoundTests {
  /// What librosa and torchaudio's formula gave (Goldens/make_sounds.py).
  private struct Expected: Decodable {
    let wave: [Float]
    let slaney: [[Float]]
    let htk: [[Float]]
    let decibels: [[Float]]
    let cepstrum: [[Float]]
    let down: [Float]
    let up: [Float]
  }

  private static let expected = Result {
    try JSONDecoder().decode(
      Expected.self, from: Data(contentsOf: URL(fileURLWithPath: ImageGolden.path("sounds/sounds.json"))))
  }

  private func failure(_ bytes: [UInt8]) -> DataFileError? {
    HostileFiles.failure { () throws(DataFileError) in try Sound(decoding: FileBytes(name: "a.wav", bytes: bytes)) }
  }

  @Test(
    "Numbers come back as every encoding holds them",
    arguments: [
      WAVEncoding.integer(bits: 8), .integer(bits: 16), .integer(bits: 24), .integer(bits: 32), .float(bits: 32),
      .float(bits: 64),
    ])
  func roundTrip(encoding: WAVEncoding) throws {
    let sound = try Sound(channels: [[0, 0.5, -1, 0.25, 2], [-0.125, 0.75, 0, -0.5, -2]], sampleRate: 44_100)
    let again = try Sound(decoding: FileBytes(name: "a.wav", bytes: sound.wav(encoding)))
    #expect(again.sampleRate == 44_100 && again.channels.count == 2 && again.seconds == 5 / 44_100)
    var isFloat = false
    if case .float = encoding { isFloat = true }
    for (mine, its) in zip(again.channels, sound.channels) {
      #expect(Array(mine.prefix(4)) == Array(its.prefix(4)))
      // Whole numbers end just below 1.
      #expect(isFloat ? mine[4] == its[4] : abs(mine[4] - its[4] / 2) <= 1.0 / 128)
    }
    #expect(sound.wav(encoding).count % 2 == 0)
  }

  @Test("A file made by Python's wave module")
  func python() throws {
    // wave.open(...): 1 channel, 2 bytes, 8000 Hz, frames 00 00 ff 7f 00 80; and the same with an extensible format.
    let data: [UInt8] = Array("data".utf8) + [6, 0, 0, 0, 0, 0, 0xFF, 0x7F, 0, 0x80]
    let format: [UInt8] = [1, 0, 0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0]
    let head: [UInt8] = Array("RIFF".utf8) + [42, 0, 0, 0] + Array("WAVE".utf8)
    let list: [UInt8] = Array("LIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
    let plain = head + list + Array("fmt ".utf8) + [16, 0, 0, 0, 1, 0] + format + data
    let sound = try Sound(decoding: FileBytes(name: "a", bytes: plain))
    #expect(sound.channels == [[0, 32767.0 / 32768, -1]] && sound.sampleRate == 8000)
    let name: [UInt8] = [1, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]
    let extra: [UInt8] = [22, 0, 16, 0, 4, 0, 0, 0] + name
    let extended = head + Array("fmt ".utf8) + [40, 0, 0, 0, 0xFE, 0xFF] + format + extra + data
    #expect(try Sound(decoding: FileBytes(name: "a", bytes: extended)) == sound)
    // A size that was not known when the file was begun.
    var piped = plain
    piped.replaceSubrange(plain.count - 10..<plain.count - 6, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(try Sound(decoding: FileBytes(name: "a", bytes: piped)) == sound)
    // No numbers, and another chunk behind them; the same where the whole's size is not known either.
    piped.replaceSubrange(plain.count - 10..<plain.count - 6, with: [0, 0, 0, 0])
    #expect(try Sound(decoding: FileBytes(name: "a", bytes: piped)).frameCount == 0)
    for unknown: UInt8 in [0, 0xFF] {
      piped.replaceSubrange(4..<8, with: Array(repeating: unknown, count: 4))
      #expect(try Sound(decoding: FileBytes(name: "a", bytes: piped)) == sound)
    }
  }

  /// Some of what Python's `audioop` makes of the bytes 0 to 255.
  @Test("Numbers of telephones")
  func telephones() throws {
    let file = try Sound(channels: [Array(repeating: 0, count: 256)], sampleRate: 8000)
    let known: [(WAVEncoding, [Int: Float])] = [
      (.aLaw, [0: -5504, 1: -5248, 2: -6016, 0x2A: -32256, 0x55: -8, 0xD5: 8]),
      (.muLaw, [0: -32124, 1: -31100, 0x2A: -5372, 0x7F: 0, 0xFF: 0]),
    ]
    for (encoding, numbers) in known {
      var bytes = file.wav(encoding)
      bytes.replaceSubrange(44..<300, with: (0..<256).map { UInt8($0) })
      let sound = try Sound(decoding: FileBytes(name: "a", bytes: bytes))
      for (byte, number) in numbers { #expect(sound.channels[0][byte] == number / 0x1p15, "\(encoding) \(byte)") }
      // Each number is its own nearest; of the two zeros one is written.
      let again = try Sound(decoding: FileBytes(name: "a", bytes: sound.wav(encoding)))
      #expect(again == sound && sound.wav(encoding).count == 300)
      bytes[34] = 16
      #expect(failure(bytes) != nil)
    }
    let loud = try Sound(channels: [[3, -.infinity, .nan, 0.3]], sampleRate: 8000)
    let found = try Sound(decoding: FileBytes(name: "a", bytes: loud.wav(.muLaw))).channels[0]
    #expect(found[0] == 32124 / 0x1p15 && found[1] == -found[0] && found[2] == 0 && abs(found[3] - 0.3) < 0.01)
  }

  @Test("Files that may be beyond 4 GiB")
  func long() throws {
    let sound = try Sound(channels: [[0.5, 0.25, -1]], sampleRate: 8000)
    func number(_ count: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } }
    func file(_ name: String, size: Int) -> [UInt8] {
      var bytes = sound.wav()
      bytes.replaceSubrange(40..<44, with: Array(repeating: 0xFF, count: 4))
      bytes.replaceSubrange(0..<8, with: Array(name.utf8) + Array(repeating: 0xFF, count: 4))
      let sizes = Array("ds64".utf8) + [28, 0, 0, 0] + number(80) + number(size) + number(3) + [0, 0, 0, 0]
      bytes.insert(contentsOf: sizes, at: 12)
      return bytes + Array("LIST".utf8) + [2, 0, 0, 0, 1, 2]
    }
    for name in ["RF64", "BW64"] {
      #expect(try Sound(decoding: FileBytes(name: "a", bytes: file(name, size: 6))) == sound)
      for size in [1 << 40, -6, .min] { #expect(failure(file(name, size: size))?.code == .truncated) }
      #expect(try Sound(decoding: FileBytes(name: "a", bytes: file(name, size: 0))).frameCount == 0)
    }
    HostileFiles.withEveryBitFlipped(file("RF64", size: 6)) { file, _ in _ = try? Sound(decoding: file) }
  }

  @Test("Broken files are refused")
  func hostile() throws {
    let wav = try Sound(channels: [[0.5, 0.25], [1, 0]], sampleRate: 8000).wav()
    for count in 0..<wav.count { #expect(failure(Array(wav.prefix(count))) != nil, "cut after \(count)") }
    HostileFiles.withEveryBitFlipped(wav) { file, _ in _ = try? Sound(decoding: file) }
    HostileFiles.expectKindIsNamed { file throws(DataFileError) in try Sound(decoding: file) }
    var mulaw = wav
    mulaw[20] = 7
    #expect(failure(mulaw)?.code == .unsupported)
    var fast = wav
    fast.replaceSubrange(24..<28, with: [0xFF, 0xFF, 0xFF, 0xFF])
    #expect(failure(fast)?.code == .corrupt)
    var slow = wav
    slow.replaceSubrange(24..<28, with: [99, 0, 0, 0])
    #expect(failure(slow)?.code == .corrupt)
    var long = wav
    long.replaceSubrange(40..<44, with: [0xF0, 0xFF, 0xFF, 0xFF])
    #expect(failure(long)?.code == .truncated)
    #expect(throws: TensorError.self) { try Sound(channels: [], sampleRate: 8000) }
    #expect(throws: TensorError.self) { try Sound(channels: [[1], []], sampleRate: 8000) }
    #expect(throws: TensorError.self) { try Sound(channels: [[1]], sampleRate: 0) }
  }

  @Test("Resampled as torchaudio does")
  func resampled() throws {
    let expected = try Self.expected.get()
    let sound = try Sound(channels: [expected.wave], sampleRate: 8000)
    for (rate, numbers) in [(3000, expected.down), (11_025, expected.up)] {
      let mine = sound.resampled(to: rate)
      #expect(mine.sampleRate == rate && mine.frameCount == numbers.count)
      // Sums of two dozen products in float32.
      #expect(Tensor(mine.channels[0]).isClose(to: Tensor(numbers), relative: 0, absolute: 2e-6))
    }
    #expect(sound.resampled(to: 8000) == sound)
    #expect(try Sound(channels: [[]], sampleRate: 8000).resampled(to: 3).frameCount == 0)
    #expect(throws: TensorError.self) { try withTensorErrors { _ = sound.resampled(to: 0) } }
  }

  @Test("Mel spectrograms as librosa makes them")
  func mels() throws {
    let expected = try Self.expected.get()
    let wave = Tensor(expected.wave)
    let slaney = MelSpectrogram(sampleRate: 8000, size: 128, hop: 40, bands: 12)
    let energy = slaney(wave)
    #expect(energy.shape == [12, 16] && energy.isClose(to: Tensor(expected.slaney), relative: 1e-4, absolute: 1e-6))
    #expect(MelSpectrogram.decibels(energy).isClose(to: Tensor(expected.decibels), relative: 1e-4, absolute: 1e-3))
    let cepstrum = slaney.cepstrum(wave, count: 5)
    #expect(cepstrum.isClose(to: Tensor(expected.cepstrum), relative: 1e-4, absolute: 2e-3))
    let htk = MelSpectrogram(
      sampleRate: 8000, size: 128, hop: 40, bands: 12, low: 50, high: 3500, scale: .htk, isNormalized: false, power: 1)
    #expect(htk(wave).isClose(to: Tensor(expected.htk), relative: 1e-4, absolute: 1e-4))
    #expect(slaney(wave.reshaped(2, 300)).shape == [2, 12, 8])
    #expect(throws: TensorError.self) { try withTensorErrors { _ = slaney.cepstrum(wave, count: 0) } }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = MelSpectrogram(sampleRate: 8000, low: 9000) } }
    #expect(throws: TensorError.self) { try withTensorErrors { _ = MelSpectrogram(sampleRate: 8000, size: .max) } }
  }

  @Test("Parts, channels and tensors")
  func parts() throws {
    let sound = try Sound(Tensor([[0.0, 1, 0.5], [1, 0, 0.5]]), sampleRate: 100)
    #expect(sound.mono().channels == [[0.5, 0.5, 0.5]] && sound.part(1..<9).channels[0] == [1, 0.5])
    #expect(sound.tensor().shape == [2, 3] && sound.part(7..<9).frameCount == 0)
    let folder = try TemporaryFolder()
    try sound.write(wav: folder("a.wav"), as: .float(bits: 32))
    #expect(try Sound(wav: folder("a.wav")) == sound)
    #expect(throws: TensorError.self) { try Sound(Tensor(zeros: [1, 2, 3]), sampleRate: 8000) }
  }
}
