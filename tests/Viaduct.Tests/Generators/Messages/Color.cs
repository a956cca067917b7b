namespace Viaduct.Tests.Generators;

public enum Color : byte
{
    None,
    Red,
    Green,
}
