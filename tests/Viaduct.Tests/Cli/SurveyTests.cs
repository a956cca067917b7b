using System.Text.Json;

namespace Viaduct.Tests.Cli;

/// <summary><c>viaduct nodes</c> and <c>viaduct channels</c>.</summary>
public sealed class SurveyTests : ProgramTests
{
    [Fact]
    public async Task An_empty_domain_is_no_error()
    {
        RunningProgram nodes = Viaduct("nodes");
        await nodes.SucceedAsync();
        Assert.Contains("no node is in the domain 'default'", nodes.Error);
        RunningProgram channels = Viaduct("channels", "--json");
        await channels.SucceedAsync();
        Assert.Equal(0, JsonDocument.Parse(channels.OutputText).RootElement.GetArrayLength());
    }

    [Fact]
    public async Task Nodes_and_channels_show_who_is_there_over_which_route()
    {
        RunningProgram receive = Viaduct("receive", "x", "--name", "reader");
        RunningProgram send = Viaduct("send", "x", "--name", "writer");
        await send.WriteAsync(Numbers(7));
        await receive.UntilAsync(program => program.Output.Length == 14);

        RunningProgram nodes = Viaduct("nodes");
        await nodes.SucceedAsync();
        Assert.Matches($@"reader +{receive.Id} .* x ", nodes.OutputText);
        Assert.Matches($@"writer +{send.Id} .* x ", nodes.OutputText);

        RunningProgram channels = Viaduct("channels", "x");
        await channels.SucceedAsync();
        Assert.Contains("x   ProducerConsumer, ManyToMany, capacity 64", channels.OutputText);
        Assert.Matches($@"producer +writer +{send.Id} +7 ", channels.OutputText);
        Assert.Matches($@"consumer +reader +{receive.Id} +0 +7 ", channels.OutputText);
        Assert.Contains($"reader ({receive.Id}) by shared-memory: ", channels.OutputText);

        RunningProgram json = Viaduct("channels", "--json");
        await json.SucceedAsync();
        JsonElement sender = JsonDocument.Parse(json.OutputText).RootElement.EnumerateArray().Single(socket => socket.GetProperty("role").GetString() == "producer");
        Assert.Equal("writer", sender.GetProperty("node").GetString());
        Assert.Equal(7, sender.GetProperty("sent").GetInt64());
        JsonElement peer = Assert.Single(sender.GetProperty("peers").EnumerateArray());
        Assert.Equal("shared-memory", peer.GetProperty("route").GetString());
        Assert.Equal(receive.Id, peer.GetProperty("process_id").GetInt32());
    }

    [Fact]
    public async Task Another_domain_is_another_world()
    {
        RunningProgram receive = Viaduct("receive", "x", "--domain", "other");
        await receive.UntilAsync(program => program.Error.Contains("nobody sends"));
        RunningProgram here = Viaduct("channels");
        await here.SucceedAsync();
        Assert.DoesNotContain("consumer", here.OutputText);
        RunningProgram there = Viaduct("channels", "--domain", "other");
        await there.SucceedAsync();
        Assert.Contains("consumer", there.OutputText);
    }
}
