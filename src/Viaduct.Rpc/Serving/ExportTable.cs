using System.Diagnostics.CodeAnalysis;

namespace Viaduct.Rpc;

/// <summary>What a service has handed out, by whom it went to and its number there. Thread-safe.</summary>
internal sealed class ExportTable
{
    /// <summary>The most that one caller may hold: more is a leak, or an attack.</summary>
    private const int MostPerClient = 65536;

    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Dictionary<uint, IExport>> _clients = [];
    private uint _last;
    private bool _isClosed;

    /// <summary>Hands something out.</summary>
    /// <exception cref="InvalidOperationException">The caller holds too many.</exception>
    public uint Add(Guid client, IExport export)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (!_clients.TryGetValue(client, out Dictionary<uint, IExport>? exports))
            {
                _clients.Add(client, exports = []);
            }

            if (exports.Count >= MostPerClient)
            {
                throw new InvalidOperationException($"The caller holds {MostPerClient} streams and objects of this service; it must end some before it gets more.");
            }

            do
            {
                _last++;
            }
            while (_last == 0 || exports.ContainsKey(_last));
            exports.Add(_last, export);
            return _last;
        }
    }

    /// <summary>What a caller holds under a number.</summary>
    public bool TryGet(Guid client, uint id, [NotNullWhen(true)] out IExport? export)
    {
        lock (_lock)
        {
            export = null;
            return _clients.TryGetValue(client, out Dictionary<uint, IExport>? exports) && exports.TryGetValue(id, out export);
        }
    }

    /// <summary>A caller has had enough of something.</summary>
    public void Release(Guid client, uint id)
    {
        IExport? export = null;
        lock (_lock)
        {
            if (_clients.TryGetValue(client, out Dictionary<uint, IExport>? exports) && exports.Remove(id, out export) && exports.Count == 0)
            {
                _clients.Remove(client);
            }
        }

        export?.Release();
    }

    /// <summary>A caller is gone.</summary>
    public void ReleaseAll(Guid client)
    {
        Dictionary<uint, IExport>? exports;
        lock (_lock)
        {
            _clients.Remove(client, out exports);
        }

        foreach (IExport export in exports?.Values ?? Enumerable.Empty<IExport>())
        {
            export.Release();
        }
    }

    /// <summary>Releases all, and hands nothing out any more.</summary>
    public void Close()
    {
        Guid[] clients;
        lock (_lock)
        {
            _isClosed = true;
            clients = [.. _clients.Keys];
        }

        foreach (Guid client in clients)
        {
            ReleaseAll(client);
        }
    }
}
