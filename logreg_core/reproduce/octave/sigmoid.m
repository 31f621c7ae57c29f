function h = sigmoid(z)
% SIGMOID  1 / (1 + e^-z), entry by entry.
  h = 1 ./ (1 + exp(-z));
end
