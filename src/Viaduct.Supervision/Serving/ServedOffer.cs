namespace Viaduct.Supervision;

/// <summary>A service that a program serves.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Capacity">How many calls a caller may have under way: what the program says, too.</param>
internal sealed record ServedOffer(string Service, int Capacity);
