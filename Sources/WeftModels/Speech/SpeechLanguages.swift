/// The languages of Whisper by their names in English.
enum SpeechLanguages {
  /// The code of a language by its name, or the code itself: `de` for `german` and for `de`.
  static func code(_ name: String) -> String {
    let name = name.lowercased()
    return codes[name] ?? name
  }

  /// The name of a language by its code; the code where it has none.
  static func name(_ code: String) -> String { names[code] ?? code }

  /// Codes and names, as the model's authors have them.
  private static let list = """
    en english zh chinese de german es spanish ru russian ko korean fr french ja japanese pt portuguese tr turkish pl \
    polish ca catalan nl dutch ar arabic sv swedish it italian id indonesian hi hindi fi finnish vi vietnamese he hebrew \
    uk ukrainian el greek ms malay cs czech ro romanian da danish hu hungarian ta tamil no norwegian th thai ur urdu hr \
    croatian bg bulgarian lt lithuanian la latin mi maori ml malayalam cy welsh sk slovak te telugu fa persian lv latvian \
    bn bengali sr serbian az azerbaijani sl slovenian kn kannada et estonian mk macedonian br breton eu basque is \
    icelandic hy armenian ne nepali mn mongolian bs bosnian kk kazakh sq albanian sw swahili gl galician mr marathi pa \
    punjabi si sinhala km khmer sn shona yo yoruba so somali af afrikaans oc occitan ka georgian be belarusian tg tajik \
    sd sindhi gu gujarati am amharic yi yiddish lo lao uz uzbek fo faroese ht haitian_creole ps pashto tk turkmen nn \
    nynorsk mt maltese sa sanskrit lb luxembourgish my myanmar bo tibetan tl tagalog mg malagasy as assamese tt tatar haw \
    hawaiian ln lingala ha hausa ba bashkir jw javanese su sundanese yue cantonese
    """
  /// Other names of some of them.
  private static let others = """
    my burmese ca valencian nl flemish ht haitian lb letzeburgesch ps pushto pa panjabi ro moldavian ro moldovan si \
    sinhalese es castilian zh mandarin
    """

  private static let names = Dictionary(pairs(list), uniquingKeysWith: { first, _ in first })
  private static let codes = Dictionary(
    (pairs(list) + pairs(others)).map { ($0.name, $0.code) }, uniquingKeysWith: { first, _ in first })

  private static func pairs(_ text: String) -> [(code: String, name: String)] {
    let words = text.split(separator: " ").map { String($0.replacing("_", with: " ")) }
    return stride(from: 0, to: words.count - 1, by: 2).map { (words[$0], words[$0 + 1]) }
  }
}
