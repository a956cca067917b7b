namespace Viaduct.Tests.Generators;

public enum Grade : long
{
    Low = -5_000_000_000,
    None = 0,
    High = 5_000_000_000,
}
