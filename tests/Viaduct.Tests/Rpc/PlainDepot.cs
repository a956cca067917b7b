namespace Viaduct.Tests.Rpc;

/// <summary>Leaves what has a body as it is.</summary>
public class PlainDepot : IDepot, IOldDepot, IShelf
{
    public int Count() => 21;

    public IShelf Open() => this;

    public int Place() => 3;

    public void Burn(string what) => throw new InvalidDataException($"It is too wet: {what}.", new IOException("rain"));

    public byte[] Weigh(byte[] goods) => goods.Length < 2 ? throw new InvalidOperationException("There is nothing.", new FormatException("An empty box.")) : goods;
}
