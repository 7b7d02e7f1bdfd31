/// How many tokens were read and written.
struct Usage {
  var prompt = 0
  var completion: Int?

  var json: JSON {
    var members = [JSON.Member("prompt_tokens", .integer(prompt))]
    if let completion { members.append(JSON.Member("completion_tokens", .integer(completion))) }
    members.append(JSON.Member("total_tokens", .integer(prompt + (completion ?? 0))))
    return .object(members)
  }
}
