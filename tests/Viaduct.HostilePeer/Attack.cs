using Viaduct.Tests.Hostile;

namespace Viaduct.HostilePeer;

/// <summary>One way of being hostile, repeated until so many cases are done.</summary>
internal abstract class Attack(Victim victim, Nonsense nonsense, int cases)
{
    protected Victim Victim => victim;

    protected Nonsense Nonsense => nonsense;

    /// <summary>Cases done.</summary>
    public int Done { get; protected set; }

    /// <summary>Links or connections that the victim ended.</summary>
    public int Ended { get; protected set; }

    protected bool IsOver => Done >= cases;

    /// <summary>Does all cases.</summary>
    public abstract void Run();
}
