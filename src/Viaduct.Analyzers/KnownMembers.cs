using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Viaduct.Analyzers;

/// <summary>The members of Viaduct that the rules are about, found in a compilation. All names are here.</summary>
internal sealed class KnownMembers
{
    private const string Sender = "Viaduct.Sender`1";
    private const string Adapters = "Viaduct.SocketAdapters";
    private const string Writer = "System.Threading.Channels.ChannelWriter`1";
    private const string Lease = "Viaduct.Lease`1";
    private const string Request = "Viaduct.Request`2";
    private const string BytesLoan = "Viaduct.Loan";
    private const string ValueLoan = "Viaduct.Loan`1";
    private const string Span = "System.Span`1";
    private const string ReadOnlySpan = "System.ReadOnlySpan`1";
    private const string Memory = "System.Memory`1";
    private const string ReadOnlyMemory = "System.ReadOnlyMemory`1";

    /// <summary>Members that are not named here read what they are called on.</summary>
    private static readonly (string Type, string Member, Effect Effect)[] s_members =
    [
        (Sender, "HandOver", Effect.GivesArgument),
        (Sender, "TryHandOver", Effect.GivesArgumentIfTrue),
        (Sender, "HandOverAsync", Effect.GivesArgument),

        // Of writers that were made to give away only: see GivesAway.
        (Writer, "WriteAsync", Effect.GivesArgument),
        (Writer, "TryWrite", Effect.GivesArgumentIfTrue),
        (Lease, "Dispose", Effect.Ends),
        (Request, "Dispose", Effect.Ends),
        (Request, "Reply", Effect.Ends),
        (Request, "Fail", Effect.Ends),
        (Request, "Client", Effect.Harmless),
        (BytesLoan, "Send", Effect.GivesItself),
        (BytesLoan, "TrySend", Effect.GivesItselfIfTrue),
        (BytesLoan, "SendAsync", Effect.GivesItself),
        (BytesLoan, "Dispose", Effect.Ends),
        (ValueLoan, "Send", Effect.GivesItself),
        (ValueLoan, "TrySend", Effect.GivesItselfIfTrue),
        (ValueLoan, "SendAsync", Effect.GivesItself),
        (ValueLoan, "Dispose", Effect.Ends),

        // A view knows its length without a look at the memory.
        (Span, "Length", Effect.Harmless),
        (Span, "IsEmpty", Effect.Harmless),
        (ReadOnlySpan, "Length", Effect.Harmless),
        (ReadOnlySpan, "IsEmpty", Effect.Harmless),
        (Memory, "Length", Effect.Harmless),
        (Memory, "IsEmpty", Effect.Harmless),
        (ReadOnlyMemory, "Length", Effect.Harmless),
        (ReadOnlyMemory, "IsEmpty", Effect.Harmless),
    ];

    /// <summary>What must be ended, and how messages call it.</summary>
    private static readonly (string Type, string Noun)[] s_handles =
    [
        (Lease, "lease"),
        (Request, "request"),
        (BytesLoan, "loan"),
        (ValueLoan, "loan"),
    ];

    /// <summary>Types whose values are views of memory that something else owns.</summary>
    private static readonly string[] s_views =
    [
        Span,
        ReadOnlySpan,
        Memory,
        ReadOnlyMemory,
        "System.Buffers.ReadOnlySequence`1",
    ];

    private readonly Dictionary<ISymbol, Dictionary<string, Effect>> _effects = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, string> _handles = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> _views = new(SymbolEqualityComparer.Default);

    private readonly ISymbol? _adapters;
    private readonly ISymbol? _writer;

    private KnownMembers(Compilation compilation)
    {
        _adapters = compilation.GetTypeByMetadataName(Adapters);
        _writer = compilation.GetTypeByMetadataName(Writer);
        foreach ((string type, string member, Effect effect) in s_members)
        {
            if (compilation.GetTypeByMetadataName(type) is { } symbol)
            {
                if (!_effects.TryGetValue(symbol, out Dictionary<string, Effect>? effects))
                {
                    _effects.Add(symbol, effects = new(StringComparer.Ordinal));
                }

                effects.Add(member, effect);
            }
        }

        foreach ((string type, string noun) in s_handles)
        {
            if (compilation.GetTypeByMetadataName(type) is { } symbol)
            {
                _handles.Add(symbol, noun);
            }
        }

        foreach (string type in s_views)
        {
            if (compilation.GetTypeByMetadataName(type) is { } symbol)
            {
                _views.Add(symbol);
            }
        }
    }

    /// <summary>The members as a compilation knows them, or null where it does not use Viaduct.</summary>
    internal static KnownMembers? In(Compilation compilation)
    {
        KnownMembers members = new(compilation);
        return members._handles.Count == 0 ? null : members;
    }

    /// <summary>What a member that is called or read on an object does.</summary>
    /// <param name="instance">The object; null for a static member.</param>
    /// <param name="member">The member's name.</param>
    internal Effect EffectOf(IOperation? instance, string member)
    {
        for (ITypeSymbol? type = instance is null ? null : Unconverted(instance).Type; type is not null; type = type.BaseType)
        {
            if (_effects.TryGetValue(type.OriginalDefinition, out Dictionary<string, Effect>? effects) &&
                effects.TryGetValue(member, out Effect effect))
            {
                return effect;
            }
        }

        return Effect.None;
    }

    /// <summary>What a lease, request or loan is called; null for other types.</summary>
    internal string? HandleNoun(ITypeSymbol? type) =>
        type is not null && _handles.TryGetValue(type.OriginalDefinition, out string? noun) ? noun : null;

    /// <summary>Whether an object is a channel's writer, of which it follows from how it was made whether it gives away what is written.</summary>
    internal bool IsWriter(IOperation instance) => SymbolEqualityComparer.Default.Equals(Unconverted(instance).Type?.OriginalDefinition, _writer);

    /// <summary>Whether a value is a writer that gives away what is written: <c>AsChannelWriter(handOver: true)</c>.</summary>
    internal bool GivesAway(object value) =>
        value is IInvocationOperation { TargetMethod.Name: "AsChannelWriter" } call
        && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, _adapters)
        && call.Arguments.Any(static argument => argument is { Parameter.Name: "handOver", Value.ConstantValue: { HasValue: true, Value: true } });

    /// <summary>Whether a value of a type is a view of memory that something else owns.</summary>
    internal bool IsView(ITypeSymbol? type) => type is not null && _views.Contains(type.OriginalDefinition);

    /// <summary>Whether giving a message of a type away differs from sending it: it holds references, and may be changed.</summary>
    internal static bool CanBeGivenAway(ITypeSymbol? type) => type is { IsUnmanagedType: false, SpecialType: not SpecialType.System_String };

    /// <summary>The value of a parameter with which a call does not return, as of an assertion; null for others.</summary>
    internal static bool? ValueWithoutReturn(IParameterSymbol? parameter)
    {
        foreach (AttributeData attribute in parameter?.GetAttributes() ?? [])
        {
            if (attribute.AttributeClass?.Name == "DoesNotReturnIfAttribute" && attribute.ConstructorArguments.FirstOrDefault().Value is bool value)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>An operation without the conversions around it.</summary>
    internal static IOperation Unconverted(IOperation operation)
    {
        while (operation is IConversionOperation { OperatorMethod: null } conversion)
        {
            operation = conversion.Operand;
        }

        return operation;
    }
}
