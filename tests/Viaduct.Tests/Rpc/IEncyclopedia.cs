namespace Viaduct.Tests.Rpc;

/// <summary>A service whose contract is written by hand: it is as long as nobody's.</summary>
public interface IEncyclopedia;
