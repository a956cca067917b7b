using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Messages;

/// <summary>What generated code throws.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class MessageErrors
{
    /// <summary>A member is null whose type says that it never is.</summary>
    /// <typeparam name="T">The member's type.</typeparam>
    /// <param name="member">The member.</param>
    /// <returns>Nothing: it throws.</returns>
    /// <exception cref="InvalidOperationException">Always.</exception>
    [DoesNotReturn]
    public static T Null<T>(string member) => throw new InvalidOperationException(
        $"{member} is null, and its type says that it never is. Give it a value, or make its type nullable.");

    /// <summary>A field that must be there isn't.</summary>
    /// <typeparam name="T">The member's type.</typeparam>
    /// <param name="member">The member.</param>
    /// <returns>Nothing: it throws.</returns>
    /// <exception cref="ProtocolViolationException">Always.</exception>
    [DoesNotReturn]
    public static T Missing<T>(string member) => throw new ProtocolViolationException($"{member} is missing, and can't be null.");

    /// <summary>A field has another kind than its type.</summary>
    /// <param name="owner">The message or method.</param>
    /// <param name="tag">The field's tag.</param>
    /// <returns>The exception.</returns>
    public static ProtocolViolationException WrongKind(string owner, uint tag) => new(
        $"Field {tag >> MessageLimits.KindBits} of {owner} came as {(WireKind)(tag & MessageLimits.KindMask)}, which its type is not written as.");

    /// <summary>A union has a case that isn't known here, more than one, or none.</summary>
    /// <param name="owner">The union.</param>
    /// <param name="tag">The field that was found, or 0.</param>
    /// <returns>The exception.</returns>
    public static ProtocolViolationException UnknownCase(string owner, uint tag) => new(
        tag == 0 ? $"A {owner} came without its case." : $"Case {tag >> MessageLimits.KindBits} of {owner} is not known here.");

    /// <summary>An object's type is not the one whose codec it was given to.</summary>
    /// <param name="owner">The message or union.</param>
    /// <param name="value">The object.</param>
    /// <returns>The exception.</returns>
    public static InvalidOperationException WrongType(string owner, object? value) => new(
        $"An object of type {value?.GetType().ToString() ?? "null"} can't be sent as {owner}: what it has more would be lost. List it as a case with [Union], or seal the message.");
}
