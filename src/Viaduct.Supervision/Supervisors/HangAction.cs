namespace Viaduct.Supervision;

/// <summary>What a watchdog does with a child that does not answer. Hanging is no death: the child may yet go on.</summary>
public enum HangAction
{
    /// <summary>Ends it at once; whether it is restarted is decided as for any other end.</summary>
    Kill,

    /// <summary>Tells of it, and asks again.</summary>
    Report,
}
