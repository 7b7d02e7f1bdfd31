import Testing
import WeftText
