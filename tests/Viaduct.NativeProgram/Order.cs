using Viaduct.Messages;

namespace Viaduct.NativeProgram;

[Message]
internal sealed record Order(int Number, List<string> Lines, Goods Goods);
