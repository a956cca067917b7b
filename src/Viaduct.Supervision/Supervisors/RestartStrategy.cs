namespace Viaduct.Supervision;

/// <summary>Which children a supervisor restarts when one of them ends (the strategies of Erlang/OTP).</summary>
public enum RestartStrategy
{
    /// <summary>That one only.</summary>
    OneForOne,

    /// <summary>All: the others are stopped first, in reverse order.</summary>
    OneForAll,

    /// <summary>That one and those that were named after it, which may depend on it: these are stopped first, in reverse order.</summary>
    RestForOne,
}
