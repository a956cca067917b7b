using Viaduct.Discovery;
using Viaduct.Tests.Support;

namespace Viaduct.Tests.Fuzz;

/// <summary>
/// Every decoder of what other programs wrote: it decodes or throws what it documents, in bounded time and memory, and writes again what it
/// read. With VIADUCT_CORPUS=keep what was found goes into the corpus.
/// </summary>
public sealed class FuzzTests
{
    private static readonly Guid s_id = new("00112233-4455-6677-8899-aabbccddeeff");

    [Fact]
    public void Any_bytes_are_a_frame_with_one_encoding_or_a_violation() => Fuzz(new FrameTarget(), 1, 40_000, least: 100);

    [Fact]
    public void A_stream_reads_the_same_in_whatever_pieces_it_comes() => Fuzz(new StreamTarget(), 2, 12_000, least: 30);

    [Fact]
    public void Any_bytes_are_an_integer_with_one_encoding_or_none() => Fuzz(new VarintTarget(), 3, 200_000, least: 10);

    [Fact]
    public void Any_text_is_an_address_or_an_argument_error() => Fuzz(new AddressTarget(), 4, 20_000, least: 10);

    [Fact]
    public void No_name_leads_out_of_the_directory_and_channels_names_keep_their_rule() => Fuzz(new NameTarget(), 5, 20_000, least: 20);

    [Fact]
    public void Any_bytes_are_a_whole_report_or_a_violation() => Fuzz(new ReportTarget(), 6, 12_000, least: 6);

    [Fact]
    public void Any_file_of_a_node_is_whole_or_passed_over()
    {
        using DirectoryFileTarget<NodeFile> target = new("node-file", NodeFile.Read, new NodeFile(s_id, "name", 1, 2));
        Fuzz(target, 7, 6000, least: 20);
    }

    [Fact]
    public void Any_file_of_a_role_is_whole_or_passed_over()
    {
        using DirectoryFileTarget<RoleClaim> target = new("role-file", RoleClaim.Read, new RoleClaim(s_id, s_id, "name", 1));
        Fuzz(target, 8, 6000, least: 20);
    }

    [Fact]
    public void Any_file_of_a_registration_is_whole_or_passed_over()
    {
        Registration example = new("prices", s_id, s_id, "consumer", Pattern.ProducerConsumer, Topology.ManyToMany, 64, "bytes");
        using DirectoryFileTarget<Registration> target = new("registration-file", Registration.Read, example);
        Fuzz(target, 9, 6000, least: 20);
    }

    [Fact]
    public void Any_bytes_before_a_message_are_its_blobs_or_a_violation() => Fuzz(new BlobTarget(), 10, 40_000, least: 8);

    [Fact]
    public void Any_bytes_are_a_frame_of_a_service_that_goes_on_as_it_came_or_a_violation() => Fuzz(new CallFrameTarget(), 11, 40_000, least: 15);

    [Fact]
    public void Any_bytes_in_a_ring_are_records_within_the_memory_of_their_sender_or_a_violation()
    {
        using RingTarget target = new();
        Fuzz(target, 12, 40_000, least: 40);
    }

    /// <summary>Changes the corpus of a decoder, and its own seeds, so many times; fails where that reaches fewer outcomes than it must.</summary>
    internal static void Fuzz(FuzzTarget target, int seed, int count, int least)
    {
        Fuzzer fuzzer = new(target, Effort.Seed(seed));
        byte[][] corpus = [.. Corpus.Of(target)];
        bool keeps = Environment.GetEnvironmentVariable("VIADUCT_CORPUS") == "keep";
        Assert.True(keeps || corpus.Length > 0, $"The corpus of {target.Name} is empty.");
        foreach (byte[] input in target.Seeds.Concat(corpus))
        {
            fuzzer.Add(input);
        }

        int known = fuzzer.Outcomes.Count;
        fuzzer.Run(Effort.Cases(count));
        Effort.Say($"{target.Name}: {known} outcomes in the corpus, {fuzzer.Outcomes.Count} after {Effort.Cases(count)} inputs more");

        // Fewer, and the changes no longer reach what they are to test.
        Assert.InRange(fuzzer.Outcomes.Count, least, int.MaxValue);
        if (keeps)
        {
            Corpus.Add(target, fuzzer.Finds.Select(fuzzer.Shrink));
        }
    }
}
