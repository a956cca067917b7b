namespace Viaduct.Supervision;

/// <summary>A child was not started, because the system can't give a part of its confinement that is required.</summary>
public sealed class ConfinementException : ViaductException
{
    /// <summary>Creates an exception.</summary>
    /// <param name="executable">What should have been started.</param>
    /// <param name="report">What could be had, and what not.</param>
    public ConfinementException(string executable, ConfinementReport report)
        : base($"'{executable}' was not started, because its confinement would lack what Confinement.Required names:\n{report}")
    {
        Report = report;
    }

    /// <summary>What could be had, and what not.</summary>
    public ConfinementReport Report { get; }
}
