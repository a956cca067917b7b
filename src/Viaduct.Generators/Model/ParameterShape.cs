namespace Viaduct.Generators;

/// <summary>How a parameter of a method goes over.</summary>
internal enum ParameterShape
{
    /// <summary>A value, by copy.</summary>
    Value,

    /// <summary>A value that comes back changed.</summary>
    Ref,

    /// <summary>A value that only comes back.</summary>
    Out,

    /// <summary>Not a field: it goes with the call.</summary>
    Cancellation,

    /// <summary>Bytes on the stack or elsewhere, to be read.</summary>
    ReadOnlySpan,

    /// <summary>Bytes that come back changed.</summary>
    Span,

    /// <summary>Bytes that come back changed when the call has ended.</summary>
    Memory,

    /// <summary>Items that follow the call.</summary>
    Stream,

    /// <summary>An object that stays where it is.</summary>
    Service,
}
