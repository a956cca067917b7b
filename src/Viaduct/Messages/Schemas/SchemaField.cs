namespace Viaduct.Messages;

/// <summary>A member of a message, a case of a union, or a parameter of a method.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name; empty for a case.</param>
/// <param name="Type">Its type.</param>
/// <param name="Passing">What comes behind the type: <c>default</c> (it may be absent), <c>ref</c>, <c>out</c> or nothing.</param>
public sealed record SchemaField(int Id, string Name, SchemaType Type, string Passing)
{
    /// <summary>Whether it may be absent, and has its default then.</summary>
    public bool HasDefault => Passing == "default";

    /// <summary>
    /// Of a parameter what a caller sends who was given nothing for it: a number, <c>true</c>, <c>false</c>, or the number of a character or of an enumeration's member. Empty where the contract says nothing of
    /// that. Absent it would be 0 or null.
    /// </summary>
    public string Default { get; init; } = "";

    /// <summary>Whether the callee gives it back.</summary>
    public bool ComesBack => Passing is "ref" or "out";
}
