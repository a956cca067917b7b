namespace Viaduct.Tests.Rpc;

/// <summary>When a call kills the process that carries it out.</summary>
public enum CrashMoment
{
    /// <summary>It does not.</summary>
    Never,

    /// <summary>Before it has done anything.</summary>
    Before,

    /// <summary>When all is done but the answer.</summary>
    After,

    /// <summary>The first time.</summary>
    Once,
}
