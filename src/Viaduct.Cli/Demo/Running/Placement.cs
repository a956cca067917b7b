using System.Net;

namespace Viaduct.Cli.Demo.Running;

/// <summary>Where the processes of a run live. Machine 0 has the reader and the merger, machine i the worker i.</summary>
internal abstract class Placement : IDisposable
{
    /// <summary>Makes a placement.</summary>
    /// <param name="workplace">Has the runtime directories.</param>
    protected Placement(Workplace workplace)
    {
        Workplace = workplace;
    }

    /// <summary>How far the processes are from each other.</summary>
    public abstract Distance Distance { get; }

    /// <summary>The only route that their channels may take.</summary>
    public abstract Route Route { get; }

    /// <summary>How the place is called in the report.</summary>
    public abstract string Description { get; }

    /// <summary>The context of the channels.</summary>
    public virtual Context Context => Context.Auto;

    /// <summary>Whether addresses other than loopback are private to the demo.</summary>
    public virtual bool AllowPlaintext => false;

    /// <summary>The folder for temporary files of all processes.</summary>
    public string Temporary => Workplace.Path;

    /// <summary>Has the runtime directories.</summary>
    protected Workplace Workplace { get; }

    /// <summary>The runtime directory of a machine.</summary>
    /// <param name="machine">The machine.</param>
    public virtual string DirectoryOf(int machine) => Workplace.DirectoryOf(Distance, machine);

    /// <summary>Where nodes of a machine listen, at a port of the system's choice; null for no TCP.</summary>
    /// <param name="machine">The machine.</param>
    public virtual IPEndPoint? ListenOn(int machine) => null;

    /// <summary>The command that runs another one on a machine; empty where there is nothing to do.</summary>
    /// <param name="machine">The machine.</param>
    public virtual IReadOnlyList<string> PrefixOf(int machine) => [];

    /// <summary>Removes what was made for the place.</summary>
    public virtual void Dispose()
    {
    }
}
