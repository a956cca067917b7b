using Viaduct.Messages;

namespace Viaduct.NativeProgram;

[Message]
internal sealed record Parcel(double Weight) : Goods;
