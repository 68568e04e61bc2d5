namespace Dike.Planted;

/// <summary>One run of the tool: the baseline, the canary, then bug after bug. A canary that is not caught ends it, because then nothing that follows would mean anything.</summary>
internal sealed class PlantedRun(Catalogue catalogue, RunOptions options, Action<string> progress)
{
    /// <summary>Runs the chosen bugs.</summary>
    /// <exception cref="CatalogueException">The catalogue does not fit, or the canary was not caught.</exception>
    public async Task<Report> RunAsync(string repository, CancellationToken cancellationToken)
    {
        IReadOnlyList<Bug> bugs = catalogue.Choose(options.Only);
        Area[] areas = [.. catalogue.Areas.Where(area => bugs.Any(bug => bug.Area == area.Name))];
        progress($"Building a copy with {catalogue.Bugs.Count} bugs in it.");
        using ScratchTree tree = await ScratchTree.MakeAsync(
            repository,
            catalogue.Bugs,
            areas.Where(area => !area.Simulated || !options.SimulatorAlone).SelectMany(area => area.Tests).Select(test => test.Project).Distinct(StringComparer.Ordinal),
            cancellationToken);
        var simulator = new SimulatorSearch(tree, options.Seeds, options.Limit);
        foreach (long from in options.From)
        {
            progress($"Running seeds {from} to {from + options.Seeds - 1} without any bug.");
            await simulator.MeasureBaselineAsync(from, cancellationToken);
        }

        var tests = new TestSearch(tree, options.Limit);
        var results = new List<BugResult>();
        foreach (Bug bug in bugs)
        {
            BugResult result = await RunAsync(bug, simulator, tests, cancellationToken);
            progress(ReportText.Line(result));
            results.Add(result);
            if (bug.Id == catalogue.Canary && !result.IsCaught)
            {
                throw new CatalogueException($"The canary '{bug.Id}' was not caught: what this tool says of other bugs is worth nothing.");
            }
        }

        return new Report(options.Seeds, simulator.BaselineFailures, simulator.BaselineKinds, tests.BaselineFailures, results);
    }

    private async Task<BugResult> RunAsync(Bug bug, SimulatorSearch simulator, TestSearch tests, CancellationToken cancellationToken)
    {
        Area area = catalogue.AreaOf(bug);
        var detections = new List<Detection>();
        int unsure = 0;
        foreach (long from in area.Simulated ? options.From : [])
        {
            (Detection detection, int unsureSeeds) = await simulator.SearchAsync(bug, from, cancellationToken);
            detections.Add(detection);
            unsure += unsureSeeds;
        }

        bool needsNoTest = detections.Any(detection => detection.SeedsToDetect is not null) || (area.Simulated && options.SimulatorAlone);
        string? test = needsNoTest ? null : await tests.SearchAsync(bug, area.Tests, cancellationToken);
        return new BugResult(bug.Id, bug.Area, bug.Breaks, detections, unsure, test);
    }
}
