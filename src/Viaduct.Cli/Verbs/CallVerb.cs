using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Viaduct.Cli.Pipes;
using Viaduct.Messages;
using Viaduct.Rpc;

namespace Viaduct.Cli.Verbs;

/// <summary><c>viaduct call</c>: calls a method of a running service with arguments in JSON.</summary>
internal static class CallVerb
{
    private const string Description = "Call a method of a running service with arguments in JSON, and write its result as JSON.";

    private const string Details =
        """
        ARGUMENTS is an object with the parameters' names, or an array with their values in order; '-' reads it from standard
        input. A result that is a stream is written as JSON lines, as it comes; the items of a parameter that is a stream are
        read from standard input as JSON lines, unless ARGUMENTS has them as an array.

          viaduct call Acme.IClock Read '{"zone": "UTC"}'
          viaduct call Acme.IClock Read '["UTC"]'
          viaduct call Acme.IClock Count '[3]' | head -1
          seq 1000 | viaduct call Acme.ISums Add

        Bytes are base64, names of enumerations texts, times as ISO 8601 has them; a case of a union is {"Case": {...}}.

        Waits until somebody serves it (--timeout bounds that), and has one that runs on demand started.

        Exit codes: 0 done, 1 the method threw, or --timeout was over, 2 wrong usage, arguments or method, 3 the service was
        lost: the method may have been carried out, unless the message says that it had not been begun.
        """;

    /// <summary>Makes the command.</summary>
    /// <param name="interrupt">The signals.</param>
    public static Command Create(Interrupt interrupt)
    {
        CallOptionSet callOptions = new();
        Argument<string> method = new("METHOD") { Description = "The method, in any case of letters, with or without Async at its end." };
        Argument<string?> arguments = new("ARGUMENTS") { Description = "The arguments in JSON. Default: none.", Arity = ArgumentArity.ZeroOrOne };
        VerbCommand command = new("call", Description, Details);
        callOptions.AddServiceTo(command);
        command.Add(method);
        command.Add(arguments);
        callOptions.AddOptionsTo(command);
        command.SetAction(async (parsed, _) =>
        {
            interrupt.Listen();
            JsonElement given = await ReadAsync(parsed.GetValue(arguments), interrupt.Token);
            await callOptions.RunAsync(parsed, "call", client => CallAsync(client, parsed.GetValue(method)!, given, interrupt.Token));
            return ExitCode.Success;
        });
        return command;
    }

    private static async Task CallAsync(DynamicServiceClient client, string method, JsonElement arguments, CancellationToken cancellationToken)
    {
        using StandardOutput output = new();
        SchemaText contract = await client.DescribeAsync(cancellationToken);
        SchemaMethod? called = contract.Declarations[0].Methods.FirstOrDefault(one => one.Name.Equals(method, StringComparison.OrdinalIgnoreCase))
            ?? contract.Declarations[0].Methods.FirstOrDefault(one => one.Name.Equals(method + "Async", StringComparison.OrdinalIgnoreCase));
        bool takesStream = called?.Parameters.Any(parameter => parameter.Type.Kind == SchemaTypeKind.Stream) == true;
        IAsyncEnumerable<JsonElement>? input = takesStream ? ReadLinesAsync(cancellationToken) : null;
        if (called?.Result?.Kind == SchemaTypeKind.Stream)
        {
            await foreach (JsonElement item in client.StreamAsync(method, arguments, input, cancellationToken))
            {
                Write(output, item);
            }
        }
        else if (await client.CallAsync(method, arguments, input, cancellationToken) is { } result)
        {
            Write(output, result);
        }
    }

    private static void Write(StandardOutput output, JsonElement value)
    {
        Encoding.UTF8.GetBytes(value.GetRawText() + "\n", output.Writer);
        output.Flush();
    }

    private static async Task<JsonElement> ReadAsync(string? text, CancellationToken cancellationToken)
    {
        if (text == "-")
        {
            using StreamReader input = new(Console.OpenStandardInput());
            text = await input.ReadToEndAsync(cancellationToken);
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            return default;
        }

        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException error)
        {
            string words = error.Message;
            int place = words.IndexOf(" LineNumber:", StringComparison.Ordinal);
            throw new CommandException(
                $"ARGUMENTS is no JSON: {(place < 0 ? words : words[..place])} Give an object or an array, in single quotes for the shell: '{{\"name\": \"value\"}}' or '[\"value\"]'.",
                ExitCode.Usage);
        }
    }

    private static async IAsyncEnumerable<JsonElement> ReadLinesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using StreamReader input = new(Console.OpenStandardInput());
        for (int line = 1; await input.ReadLineAsync(cancellationToken) is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            JsonElement item;
            try
            {
                item = JsonElement.Parse(text);
            }
            catch (JsonException error)
            {
                throw new CommandException($"line {line} of the input is no JSON: {error.Message}");
            }

            yield return item;
        }
    }
}
