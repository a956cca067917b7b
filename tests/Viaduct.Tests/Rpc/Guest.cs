namespace Viaduct.Tests.Rpc;

/// <summary>Can be disposed in one way.</summary>
public class Guest : ILodger, IDisposable
{
    private string? _notes;

    /// <summary>Whether its end never comes.</summary>
    protected bool Stays { get; private set; }

    public int ProcessId() => Environment.ProcessId;

    public void KeepNotes(string file) => _notes = file;

    public int Hold(string file)
    {
        File.WriteAllText(file, "");
        while (File.Exists(file))
        {
            Thread.Sleep(1);
        }

        Note("worked");
        return 0;
    }

    public void Stay() => Stays = true;

    public void Dispose()
    {
        Note("disposed");
        GC.SuppressFinalize(this);
    }

    protected void Note(string what)
    {
        if (_notes is not null)
        {
            File.AppendAllText(_notes, what + " ");
        }
    }
}
