using Viaduct.Messages;

namespace Viaduct.NativeProgram;

[Message]
[Union(1, typeof(Parcel))]
internal abstract record Goods;
