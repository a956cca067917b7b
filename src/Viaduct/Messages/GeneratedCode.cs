using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Viaduct.Messages;

/// <summary>What generated code calls, besides writers, readers and codecs.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class GeneratedCode
{
    /// <summary>A member whose type says that it is never null.</summary>
    /// <typeparam name="T">The member's type.</typeparam>
    /// <param name="value">Its value.</param>
    /// <param name="member">The member, for the error.</param>
    /// <returns><paramref name="value"/>.</returns>
    /// <exception cref="InvalidOperationException">It is null.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Required<T>([NotNull] T? value, string member) => value ?? Null<T>(member);

    /// <summary>Passes over a field that isn't known.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="tag">The field's tag.</param>
    /// <param name="isKnown">Whether there is a field of that number, so that it must be of another kind.</param>
    /// <param name="owner">The message or method, for the error.</param>
    /// <exception cref="ProtocolViolationException">The field is known, and of another kind; or its value is broken.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Skip(ref WireReader reader, uint tag, bool isKnown, string owner)
    {
        if (isKnown)
        {
            throw WrongKind(owner, tag);
        }

        reader.Skip(tag);
    }

    /// <summary>Reads bytes that a callee gives back, into the memory that the caller gave.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="destination">The caller's memory.</param>
    /// <param name="parameter">The parameter, for the error.</param>
    /// <exception cref="ProtocolViolationException">They are not as many as were sent.</exception>
    public static void CopyBack(ref WireReader reader, scoped Span<byte> destination, string parameter)
    {
        ReadOnlySpan<byte> bytes = reader.ReadBytes();
        if (bytes.Length != destination.Length)
        {
            throw new ProtocolViolationException($"{bytes.Length} bytes of {parameter} came back where {destination.Length} were sent.");
        }

        bytes.CopyTo(destination);
    }

    /// <summary>A call whose result is of no use.</summary>
    /// <param name="task">The call.</param>
    /// <returns>A task that ends with it.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public static async ValueTask WithoutResult(ValueTask<int> task) => await task.ConfigureAwait(false);

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
