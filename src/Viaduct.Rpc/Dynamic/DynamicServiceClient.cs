using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Viaduct.Messages;

namespace Viaduct.Rpc;

/// <summary>
/// Calls a service whose contract this program does not have: the service itself tells it, and arguments and results are JSON. For tools, scripts and
/// gateways; slower than a proxy, and as safe. Thread-safe; dispose it to close the connection.
/// </summary>
/// <remarks>docs/serving.md tells how each type stands in JSON.</remarks>
/// <example><code>
/// await using DynamicServiceClient clock = node.Connect("Acme.IClock");
/// JsonElement? time = await clock.CallAsync("Now", JsonElement.Parse("{\"zone\": \"UTC\"}"));
/// </code></example>
public sealed class DynamicServiceClient : IDisposable, IAsyncDisposable
{
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ServiceSocketConnection _connection;
    private Dictionary<string, DynamicMethod>? _methods;

    internal DynamicServiceClient(ServiceSocketConnection connection)
    {
        _connection = connection;
    }

    /// <summary>The service's name.</summary>
    public string Service => _connection.Service;

    /// <summary>Who serves it, as this connection sees them.</summary>
    public IReadOnlyList<Peer> Peers => _connection.Socket.Peers;

    /// <summary>Asks the service for its contract, waiting for the service.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The contract; its first declaration is the service.</returns>
    /// <exception cref="ServiceMethodMissingException">The service is of a version that does not tell it.</exception>
    /// <exception cref="ViaductException">The service can't be reached, or answers something else.</exception>
    /// <exception cref="TimeoutException">The connection's <see cref="ConnectOptions.Timeout"/> was over.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The connection was disposed.</exception>
    public async ValueTask<SchemaText> DescribeAsync(CancellationToken cancellationToken = default)
    {
        string text = await _connection.Begin(OwnMethods.Describe)
            .InvokeAsync(static (ref WireReader reader, object? _) => OwnMethods.ReadDescription(ref reader), (object?)null, cancellationToken).ConfigureAwait(false);
        return SchemaText.Parse(text);
    }

    /// <summary>Calls a method and waits for its result.</summary>
    /// <param name="method">Its name, in any case of letters, with or without <c>Async</c> at its end.</param>
    /// <param name="arguments">An object with a property for each parameter, or an array with an item for each; undefined for none.</param>
    /// <param name="input">The items of the method's parameter that is a stream, unless they are given as an array in <paramref name="arguments"/>.</param>
    /// <param name="cancellationToken">Ends the wait, and tells the service.</param>
    /// <returns>
    /// The result; <see langword="null"/> of a method without one. Where parameters come back, an object with the property <c>result</c> and one for each of them.
    /// </returns>
    /// <exception cref="ArgumentException">There is no such method, it returns a stream, or an argument is wrong: the message names it, and what it must be.</exception>
    /// <exception cref="NotSupportedException">The method takes or returns what can't be given in JSON.</exception>
    /// <exception cref="RemoteException">The method threw.</exception>
    /// <inheritdoc cref="ServiceCall.Invoke" path="/exception"/>
    public async ValueTask<JsonElement?> CallAsync(
        string method, JsonElement arguments = default, IAsyncEnumerable<JsonElement>? input = null, CancellationToken cancellationToken = default)
    {
        DynamicMethod called = await FindAsync(method, cancellationToken).ConfigureAwait(false);
        if (called.IsStream)
        {
            throw new ArgumentException($"{method} of '{Service}' returns a stream: use {nameof(StreamAsync)}.", nameof(method));
        }

        ServiceCall call = called.Begin(_connection, arguments, input);
        if (called.Schema.IsOneWay)
        {
            await call.SendAsync(cancellationToken).ConfigureAwait(false);
            return null;
        }

        return await call.InvokeAsync(static (ref WireReader reader, DynamicMethod called) => called.ReadResult(ref reader), called, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Calls a method that returns a stream.</summary>
    /// <param name="method">Its name.</param>
    /// <param name="arguments">As for <see cref="CallAsync"/>.</param>
    /// <param name="input">As for <see cref="CallAsync"/>.</param>
    /// <param name="cancellationToken">Ends the stream, and tells the service.</param>
    /// <returns>The items, which the service is asked for as they are taken.</returns>
    /// <inheritdoc cref="CallAsync" path="/exception"/>
    public async IAsyncEnumerable<JsonElement> StreamAsync(
        string method,
        JsonElement arguments = default,
        IAsyncEnumerable<JsonElement>? input = null,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        DynamicMethod called = await FindAsync(method, cancellationToken).ConfigureAwait(false);
        if (!called.IsStream)
        {
            throw new ArgumentException($"{method} of '{Service}' returns no stream: use {nameof(CallAsync)}.", nameof(method));
        }

        await foreach (JsonElement item in called.Begin(_connection, arguments, input).InvokeStream(called.ReadItem, cancellationToken).ConfigureAwait(false))
        {
            yield return item;
        }
    }

    /// <summary>Closes the connection; calls under way end in an <see cref="ObjectDisposedException"/>. Later calls do nothing.</summary>
    public void Dispose() => _connection.Close();

    /// <summary>As <see cref="Dispose"/>, without keeping the thread.</summary>
    /// <returns>A task that is done when the connection is closed.</returns>
    public ValueTask DisposeAsync() => new(Task.Run(_connection.Close));

    /// <summary>What a function writes, as JSON.</summary>
    internal static JsonElement Print(ref WireReader reader, JsonPrinter print)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, s_options))
        {
            print(ref reader, json);
        }

        Utf8JsonReader again = new(text.WrittenSpan);
        return JsonElement.ParseValue(ref again);
    }

    private async ValueTask<DynamicMethod> FindAsync(string method, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        if (Volatile.Read(ref _methods) is not { } methods)
        {
            SchemaText schema = await DescribeAsync(cancellationToken).ConfigureAwait(false);
            JsonShapes shapes = new(schema);
            methods = new Dictionary<string, DynamicMethod>(StringComparer.OrdinalIgnoreCase);
            foreach (SchemaMethod one in schema.Declarations[0].Methods)
            {
                methods.TryAdd(one.Name, new DynamicMethod(one, shapes));
            }

            Volatile.Write(ref _methods, methods);
        }

        return methods.TryGetValue(method, out DynamicMethod? found) || methods.TryGetValue(method + "Async", out found)
            ? found
            : throw new ArgumentException(
                $"The service '{Service}' has no method '{method}'; it has {string.Join(", ", methods.Values.Select(static one => one.Schema.Name))}.", nameof(method));
    }
}
