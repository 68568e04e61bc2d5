using ArithmeticSample;

return await new Application(Terminal.OfProcess()).RunAsync(args);
