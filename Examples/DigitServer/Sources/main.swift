// A server that says which digit an image shows, by the weights in a file or after a short training. See README.md.
//
//   swift run -c release DigitServer [digits.safetensors] &
//   curl localhost:8080/digit -H 'Content-Type: application/json' -d '{"pixels": [...]}'

import Hummingbird
import Weft

await runScript {
  Threads.count = 1  // one image is small: sharing it out over threads costs more than it saves
  let classifier = try Classifier(weights: CommandLine.arguments.dropFirst().first)
  if isBrief { return try await askItself(classifier) }
  let address = BindAddress.hostname("127.0.0.1", port: 8080)
  try await Application(router: makeRouter(classifier), configuration: .init(address: address)).runService()
}
