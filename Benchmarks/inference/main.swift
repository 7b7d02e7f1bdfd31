import Foundation
import Weft

// usage: inference [--seconds S] [--threads N] [--exact] [--export FOLDER | --profile] NETWORK:BATCH|MODEL.onnx...
// Prints one JSON line for each: {"peer", "case", "median_ms", "min_ms", "steps", "results"}, the last being the first
// numbers of the result. With --export it writes the networks, with the inputs, for other programs.
//
//        inference --write [--rounds N] [--weights blocks] [--profile] MODEL TEXT.txt READ WRITTEN
//        inference --embed [--seconds S] [--weights int8] FOLDER TOKENS:TEXTS...
// measure a language model that writes and an embedder of texts.

var words = Array(CommandLine.arguments.dropFirst())
var seconds = 1.0
var (isExact, isProfiled) = (false, false)
var (writes, embeds, rounds, weights) = (false, false, 3, "float32")
var folder: String?
var names: [String] = []
while let word = words.first {
  words.removeFirst()
  switch word {
  case "--seconds": seconds = words.isEmpty ? seconds : Double(words.removeFirst()) ?? seconds
  case "--threads": Threads.count = words.isEmpty ? 1 : Int(words.removeFirst()) ?? 1
  case "--export": folder = words.isEmpty ? nil : words.removeFirst()
  case "--exact": isExact = true
  case "--profile": isProfiled = true
  case "--write": writes = true
  case "--embed": embeds = true
  case "--rounds": rounds = words.isEmpty ? rounds : Int(words.removeFirst()) ?? rounds
  case "--weights": weights = words.isEmpty ? weights : words.removeFirst()
  default: names.append(word)
  }
}

if writes || embeds {
  guard names.count >= (writes ? 4 : 2) else { fatalError("inference: too few words") }
  if embeds {
    for line in try EmbeddingCase.lines(names, seconds: seconds, weights: weights) { print(line) }
  } else if isProfiled {
    print(try WritingCase.profile(names, weights: weights))
  } else {
    for line in try WritingCase.lines(names, rounds: rounds, weights: weights) { print(line) }
  }
  exit(0)
}

for name in names {
  // Each network by itself, whatever is measured beside it, so that weights are those of the exported file.
  Random.seed(0)
  guard let subject: any Subject = try FileCase(name) ?? InferenceCase(name) else {
    FileHandle.standardError.write(Data("inference: no case \"\(name)\"\n".utf8))
    continue
  }
  if let folder {
    try subject.export(to: folder)
  } else if isProfiled {
    try print(subject.profile(isExact: isExact))
  } else {
    try print(subject.measured(seconds: seconds, isExact: isExact))
  }
  fflush(nil)
}
